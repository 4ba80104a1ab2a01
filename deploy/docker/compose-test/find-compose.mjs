/** The compose of this machine as words of a command, or null. */
export function findCompose(docker) {
  for (const command of [["docker", "compose"], ["docker-compose"]]) {
    if (docker.askProgram(command[0], [...command.slice(1), "version"]) !== null) return command;
  }
  return null;
}
