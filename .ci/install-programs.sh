# Part of run: programs that tests need, by apt, where that is possible. What could not be installed is said, and missed where it
# is needed. They come while npm ci runs, but for git, which that asks for.
needed=()
command -v nats-server >/dev/null || [ -x /usr/sbin/nats-server ] || needed+=(nats-server)
command -v docker-compose >/dev/null || needed+=(docker-compose) # looks at docker-compose.yml, and brings it up
engine=()
command -v dockerd >/dev/null || [ -x /usr/sbin/dockerd ] || [ -S /var/run/docker.sock ] || engine+=(docker.io)
command -v mmdebstrap >/dev/null || engine+=(mmdebstrap)
can_install=
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then can_install=1; fi
export DEBIAN_FRONTEND=noninteractive

apt_install() {
  timeout --kill-after=10 300 apt-get install -y -qq --no-install-recommends ca-certificates "$@"
}

# Again after a failure: packages come over the network. At last without those for an engine.
install_programs() {
  for wait in 5 20 0; do
    if timeout --kill-after=10 120 apt-get update -qq && apt_install "$@"; then break; fi
    # Without an engine its tests are skipped; without the others there is nothing to run.
    if [ "$wait" = 0 ]; then apt_install "${needed[@]}" || echo "ci: not installed: $*"; fi
    sleep "$wait"
  done
  # The package starts a server of its own where there is systemd; the tests start theirs.
  if [ -d /run/systemd/system ]; then systemctl disable --now nats-server || true; fi
}

if ! command -v git >/dev/null && [ -n "$can_install" ]; then install_programs git; fi
programs=
if [ "$((${#needed[@]} + ${#engine[@]}))" -gt 0 ] && [ -n "$can_install" ]; then
  install_programs "${needed[@]}" "${engine[@]}" >"$work/programs.log" 2>&1 &
  programs=$!
fi

# They are installed, or it was said which are not.
finish_programs() {
  if [ -z "$programs" ]; then return 0; fi
  wait "$programs" || true
  cat "$work/programs.log"
}
