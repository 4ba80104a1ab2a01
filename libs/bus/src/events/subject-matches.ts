/** True when a subject is one of those a pattern with `*` and `>` stands for. */
export function subjectMatches(pattern: string, subject: string): boolean {
  const wanted = pattern.split(".");
  const tokens = subject.split(".");
  const rest = wanted.indexOf(">");
  if (rest === -1 ? wanted.length !== tokens.length : tokens.length <= rest) return false;
  return wanted.every((token, i) => i === rest || token === "*" || token === tokens[i]);
}
