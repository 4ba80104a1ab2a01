# Part of run: a Docker engine for the suites that need one. Where none can run, GASTOWN_NO_DOCKER says why and they are skipped with
# that reason; where one runs, its images are made while the checks run, and the suites are required.
docker_script() {
  timeout --kill-after=10 "$1" node "deploy/docker/$2" "${@:3}"
}

docker_started=
if ! docker_script 30 start-engine.mjs status >/dev/null 2>&1; then docker_started=1; fi
docker_script 600 start-engine.mjs --install --env >"$work/engine.env" || true
. "$work/engine.env"
if [ -z "${DOCKER_HOST:-}" ]; then
  docker_started=
  export GASTOWN_NO_DOCKER="${GASTOWN_NO_DOCKER:-deploy/docker/start-engine.mjs did not say whether an engine runs}"
fi

# Again after a failure: packages come over the network.
make_images() {
  docker_script 600 build-images.mjs --install || { sleep 10 && docker_script 600 build-images.mjs --install; }
}

docker_images=
if [ -n "${DOCKER_HOST:-}" ]; then
  make_images >"$work/images.log" 2>&1 &
  docker_images=$!
fi

# The images are there, or it fails with what was said while they were made.
finish_docker() {
  if [ -z "$docker_images" ]; then return 0; fi
  local status=0
  wait "$docker_images" || status=$?
  cat "$work/images.log"
  if [ "$status" != 0 ]; then
    echo "ci: the images for Docker could not be made, though an engine runs"
    return "$status"
  fi
  export GASTOWN_TEST_DOCKER=required
}

# An engine that was started here is ended; its data stay for the next run.
stop_docker() {
  if [ -n "$docker_images" ]; then kill "$docker_images" 2>/dev/null || true; fi
  if [ -z "$docker_started" ]; then return 0; fi
  docker_started=
  docker_script 120 start-engine.mjs stop || echo "ci: the Docker engine that was started here did not end"
}
trap stop_docker EXIT
