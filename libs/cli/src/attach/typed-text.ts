/** Ctrl-]: leaves, as it does in telnet. */
const detachKey = "\u001d";

/** The most that is sent in one message, in bytes; the gateway refuses more. */
const messageBytes = 16 * 1024;
/** A character has at most 4 bytes in UTF-8, 3 of them for one of two surrogates' half. */
const bytesPerUnit = 3;

/** What was typed up to the detach key, and whether that was among it. Pure. */
export function untilDetach(text: string): { before: string; detach: boolean } {
  const at = text.indexOf(detachKey);
  return at === -1 ? { before: text, detach: false } : { before: text.slice(0, at), detach: true };
}

/** A text in pieces that each fit into one message. No character is torn apart. Pure. */
export function messagesOf(text: string): string[] {
  const most = Math.floor(messageBytes / bytesPerUnit);
  const pieces: string[] = [];
  let piece = "";
  for (const character of text) {
    if (piece.length + character.length > most) {
      pieces.push(piece);
      piece = "";
    }
    piece += character;
  }
  return piece === "" ? pieces : [...pieces, piece];
}
