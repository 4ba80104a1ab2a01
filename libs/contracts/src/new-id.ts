const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const timeLength = 10;
const randomLength = 16;

let lastTime = 0;
let lastDigits: number[] = [];

/**
 * A new message id of 26 characters: a ULID (10 characters of milliseconds, 16 random ones). Of two ids made by one process
 * the later one sorts behind; ids that different processes make in one millisecond differ by 79 random bits.
 */
export function newId(now: number = Date.now()): string {
  if (now > lastTime) {
    lastTime = now;
    lastDigits = Array.from(crypto.getRandomValues(new Uint8Array(randomLength)), (byte) => byte % alphabet.length);
    // The first digit starts in its lower half, so that counting up within the millisecond has room.
    lastDigits[0] = (lastDigits[0] ?? 0) >> 1;
  } else {
    lastDigits = countUp(lastDigits);
  }
  return toText(digitsOf(lastTime)) + toText(lastDigits);
}

function countUp(digits: readonly number[]): number[] {
  const at = digits.findLastIndex((digit) => digit < alphabet.length - 1);
  return digits.map((digit, i) => (i < at ? digit : i === at ? digit + 1 : 0));
}

function digitsOf(time: number): number[] {
  return Array.from({ length: timeLength }, (_, i) => Math.floor(time / 32 ** (timeLength - 1 - i)) % 32);
}

function toText(digits: readonly number[]): string {
  return digits.map((digit) => alphabet.charAt(digit)).join("");
}
