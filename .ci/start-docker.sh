# Part of run: a Docker engine for the suites that need one. Where none can run, GASTOWN_NO_DOCKER says why and they are skipped with
# that reason; where one runs, the suites are required. Its images are made meanwhile: a suite waits for them when it gets there first.
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
  export GASTOWN_TEST_DOCKER=required GASTOWN_TEST_IMAGES_MADE="$work/images.made"
  {
    status=0
    make_images >"$work/images.log" 2>&1 || status=$?
    # Whole or not there: who waits for the file reads it at once.
    echo "$status" >"$work/images.status" && mv "$work/images.status" "$GASTOWN_TEST_IMAGES_MADE"
    exit "$status"
  } &
  docker_images=$!
fi

# Says what was said while the images were made; fails when they could not be made.
finish_docker() {
  if [ -z "$docker_images" ]; then return 0; fi
  local status=0
  wait "$docker_images" || status=$?
  docker_images=
  cat "$work/images.log"
  if [ "$status" != 0 ]; then
    echo "ci: the images for Docker could not be made, though an engine runs"
    return "$status"
  fi
}

# An engine that was started here is ended; its data stay for the next run.
stop_docker() {
  if [ -n "$docker_images" ]; then kill "$docker_images" 2>/dev/null || true; fi
  if [ -z "$docker_started" ]; then return 0; fi
  docker_started=
  docker_script 120 start-engine.mjs stop || echo "ci: the Docker engine that was started here did not end"
}
trap stop_docker EXIT
