/** GitHub marks its secrets by their beginning; their length and what follows are its own affair (scm §1.11). */
const secrets = /\b(?:gh[a-z]_|github_pat_|v\d\.)[A-Za-z0-9_.-]{8,}|\beyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_.-]+/g;

/** The text without GitHub tokens and JWTs, whatever their length: for messages and logs. */
export function redactTokens(text: string): string {
  return text.replace(secrets, "[token]");
}
