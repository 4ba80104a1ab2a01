/** SIGKILL for a process, or a group (its number negative); nothing where there is none any more. Throws when it may not be killed. */
export function killNow(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}
