# What a town's agents live in: the container host, opencode, git. The dispatcher starts it (DISPATCHER_RUNTIME=docker), with a
# read-only root, without capabilities and without a network; services/dispatcher/src/runtime/docker/container-options.ts says how.
#   docker build -f deploy/docker/agent.Dockerfile -t gastown-agent .
# Agents find in it what is in it: for a town that needs compilers, FROM gastown-agent, add them, and set DISPATCHER_IMAGE.
ARG BASE=node:24-bookworm-slim
FROM ${BASE}

RUN command -v git rg curl ps >/dev/null && test -s /etc/ssl/certs/ca-certificates.crt \
  || { apt-get update \
  && apt-get install -y --no-install-recommends bash ca-certificates curl git procps ripgrep \
  && rm -rf /var/lib/apt/lists/*; }

# The host's own Node may be run and not read: the kernel then keeps its memory and its environment from all other processes. Its
# name is not node, so that it is not what agents find on their PATH.
RUN install -D -m 0711 "$(command -v node)" /usr/local/lib/gastown/gastown-host \
  && setpriv --version >/dev/null && env --chdir=/ true

WORKDIR /app
# modules.tar is unpacked here when it was brought along.
ADD tsconfig.json modules.ta[r] ./
COPY package.json package-lock.json ./
COPY libs libs
COPY services services
COPY deploy/embedded/package.json deploy/embedded/package.json
COPY deploy/docker deploy/docker
COPY bench/package.json bench/package.json
RUN test -d node_modules \
  || { npm ci --omit=dev --no-audit --no-fund -w @gastown/container && npm cache clean --force; }

# The host starts its own Node as agents, again and again: what that runs is compiled here. Node has a folder for each user in it, and it
# is the same one for all; nobody but root can write there.
ENV NODE_COMPILE_CACHE=/usr/local/lib/gastown/compiled
RUN echo '{"task":"exists","input":{"file":"/app"}}' \
  | /usr/local/lib/gastown/gastown-host services/dispatcher/container/src/users/compile-programs.ts | grep -Fx '{"answer":true}' \
  && cd "$NODE_COMPILE_CACHE" && made="$(ls)" && chmod -R a+rX "$made" \
  && for id in 1000 $(seq 20000 20999); do ln -s "$made" "${made%-0}-$id"; done

# The only place that may be written to, besides /tmp; the town's volume comes here, and belongs to whom the folder belongs.
RUN install -d -o 1000 -g 1000 /var/lib/gastown && install -d /run/gastown
ENV NODE_ENV=production
# From this number on users are agents. The first thousand have names, for programs that ask for theirs (os.userInfo of Node).
RUN awk 'BEGIN { for (id = 20000; id < 21000; id++) printf "agent-%d:x:%d:%d::/tmp:/bin/bash\n", id, id, id }' >>/etc/passwd \
  && awk 'BEGIN { for (id = 20000; id < 21000; id++) printf "agent-%d:x:%d:\n", id, id }' >>/etc/group
ENV GASTOWN_AGENT_UID=20000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=10s --retries=3 CMD ["/app/deploy/docker/agent-healthy.sh"]
# It begins as root with the capabilities it is given (container-options.ts), and is user 1000 with four of them when the host begins; what
# the host starts can get no others (docs/decisions/0023).
ENTRYPOINT ["/app/deploy/docker/agent-entry.sh"]
CMD ["/app/services/dispatcher/container/src/main.ts"]
