# Part of run: programs that tests need, by apt, where that is possible. What could not be installed is said, and missed where it
# is needed.
needed=()
command -v git >/dev/null || needed+=(git)
command -v nats-server >/dev/null || [ -x /usr/sbin/nats-server ] || needed+=(nats-server)
command -v docker-compose >/dev/null || needed+=(docker-compose) # looks at docker-compose.yml, and brings it up
engine=()
command -v dockerd >/dev/null || [ -x /usr/sbin/dockerd ] || [ -S /var/run/docker.sock ] || engine+=(docker.io)
command -v mmdebstrap >/dev/null || engine+=(mmdebstrap)

apt_install() {
  timeout --kill-after=10 300 apt-get install -y -qq --no-install-recommends ca-certificates "$@"
}

if [ "$((${#needed[@]} + ${#engine[@]}))" -gt 0 ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  export DEBIAN_FRONTEND=noninteractive
  for wait in 5 20 0; do
    if timeout --kill-after=10 120 apt-get update -qq && apt_install "${needed[@]}" "${engine[@]}"; then break; fi
    # Without an engine its tests are skipped; without the others there is nothing to run.
    if [ "$wait" = 0 ]; then apt_install "${needed[@]}" || echo "ci: not installed: ${needed[*]}"; fi
    sleep "$wait"
  done
  # The package starts a server of its own where there is systemd; the tests start theirs.
  if [ -d /run/systemd/system ]; then systemctl disable --now nats-server || true; fi
fi
