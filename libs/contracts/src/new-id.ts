const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/**
 * A new message id of 26 characters: a ULID (10 characters of milliseconds, then 16 random ones), so that ids sort by the
 * time they were made. Ids of one millisecond have no order among themselves.
 */
export function newId(now: number = Date.now()): string {
  let time = "";
  for (let rest = now, i = 0; i < 10; i++, rest = Math.floor(rest / 32)) time = alphabet.charAt(rest % 32) + time;
  const random = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => alphabet.charAt(byte % 32));
  return time + random.join("");
}
