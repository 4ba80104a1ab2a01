/** The end of a list of lines (gitprotocol-common). */
export const flush: Buffer = Buffer.from("0000");

/** One line of git's protocol: its length in four hex digits, itself included, then the bytes. */
export function pktLine(bytes: string | Uint8Array): Buffer {
  const content = Buffer.from(bytes);
  return Buffer.concat([Buffer.from((content.length + 4).toString(16).padStart(4, "0")), content]);
}

/** The lines up to the first flush, and what follows it. Throws when the bytes are no such lines. */
export function readPktLines(bytes: Buffer): { lines: Buffer[]; rest: Buffer } {
  const lines: Buffer[] = [];
  for (let at = 0; ;) {
    const length = Number.parseInt(bytes.subarray(at, at + 4).toString("latin1"), 16);
    if (length === 0) return { lines, rest: bytes.subarray(at + 4) };
    if (!(length > 4) || at + length > bytes.length) throw new Error("the body is not in git's pkt-line form");
    lines.push(bytes.subarray(at + 4, at + length));
    at += length;
  }
}

/** Most that fits in one line of a side band (gitprotocol-pack). */
const bandLimit = 65_515;

/** Bytes of one band of a multiplexed answer: 1 is the answer itself, 2 what is shown as `remote: …`. */
export function sideBand(band: 1 | 2, bytes: Buffer): Buffer {
  const lines: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += bandLimit)
    lines.push(pktLine(Buffer.concat([Buffer.from([band]), bytes.subarray(at, at + bandLimit)])));
  return Buffer.concat(lines);
}
