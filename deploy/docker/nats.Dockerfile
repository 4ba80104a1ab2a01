# A stand-in for nats:2.14-alpine where no registry can be reached: the nats-server of this machine, on the local base image.
# deploy/docker/build-images.mjs makes it; docker-compose.yml itself uses the official image.
ARG BASE
FROM ${BASE}
COPY nats-server /usr/local/bin/nats-server
COPY nats-server.conf /etc/nats/local.conf
RUN ln -sf "$(command -v busybox)" /usr/local/bin/wget && install -d -o 1000 -g 1000 /data
USER 1000:1000
EXPOSE 4222
ENTRYPOINT ["/usr/local/bin/nats-server"]
CMD ["-c", "/etc/nats/local.conf"]
