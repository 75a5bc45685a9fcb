/** A number of Python's whose value is known: an integer within ±2^53, or a finite double. */
export interface ExactNumber {
  readonly value: number;
  readonly isFloat: boolean;
}

/** Shifts and powers beyond this leave the range anyway. */
const MOST_BITS = 64;

/** `left operator right`, as CPython computes it; undefined where that is not known to be the same here. */
export function calculate(operator: string, left: ExactNumber, right: ExactNumber): ExactNumber | undefined {
  if (left.isFloat || right.isFloat) return calculateFloats(operator, left.value, right.value);
  if (operator === "/") return float(right.value === 0 ? NaN : left.value / right.value);
  return integer(calculateIntegers(operator, left.value, right.value));
}

/** `-value`, `+value`, `~value`. */
export function calculateSign(operator: string, { value, isFloat }: ExactNumber): ExactNumber | undefined {
  if (operator === "+") return { value, isFloat };
  if (isFloat) return operator === "-" ? float(-value) : undefined;
  return integer(operator === "-" ? -value : operator === "~" ? -value - 1 : undefined);
}

function calculateFloats(operator: string, left: number, right: number): ExactNumber | undefined {
  switch (operator) {
    case "+":
      return float(left + right);
    case "-":
      return float(left - right);
    case "*":
      return float(left * right);
    case "/":
      return float(right === 0 ? NaN : left / right);
    default:
      return undefined;
  }
}

function calculateIntegers(operator: string, left: number, right: number): number | undefined {
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "//":
      return right === 0 ? undefined : (left - remainder(left, right)) / right;
    case "%":
      return right === 0 ? undefined : remainder(left, right);
    default:
      return right < 0 || right > MOST_BITS
        ? undefined
        : calculateBits(operator, BigInt(left), BigInt(right));
  }
}

/** With the sign of the divisor. */
function remainder(left: number, right: number): number {
  const rest = left % right;
  return rest !== 0 && rest < 0 !== right < 0 ? rest + right : rest;
}

function calculateBits(operator: string, left: bigint, right: bigint): number | undefined {
  switch (operator) {
    case "**":
      return Number(left ** right);
    case "<<":
      return Number(left << right);
    case ">>":
      return Number(left >> right);
    case "&":
      return Number(left & right);
    case "|":
      return Number(left | right);
    case "^":
      return Number(left ^ right);
    default:
      return undefined;
  }
}

/** No negative zero: integers have none. */
export function integer(value: number | undefined): ExactNumber | undefined {
  return Number.isSafeInteger(value) ? { value: (value ?? 0) + 0, isFloat: false } : undefined;
}

export function float(value: number): ExactNumber | undefined {
  return Number.isFinite(value) ? { value, isFloat: true } : undefined;
}

/** As `str` and `repr` write it. */
export function writtenNumber({ value, isFloat }: ExactNumber): string {
  if (!isFloat) return String(value);
  // Both take the fewest digits that give the same double again, and differ in where they begin to write an exponent.
  const [digits = "", power = "0"] = value.toExponential().split("e");
  const exponent = Number(power);
  if (value === 0) return Object.is(value, -0) ? "-0.0" : "0.0";
  if (exponent >= -4 && exponent < 16) {
    const plain = withoutExponent(digits, exponent);
    return plain.includes(".") ? plain : `${plain}.0`;
  }
  return `${digits}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

function withoutExponent(mantissa: string, exponent: number): string {
  const sign = mantissa.startsWith("-") ? "-" : "";
  const digits = mantissa.replaceAll(/[-.]/g, "");
  if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${digits}`;
  const before = digits.slice(0, exponent + 1).padEnd(exponent + 1, "0");
  const behind = digits.slice(exponent + 1);
  return behind === "" ? sign + before : `${sign}${before}.${behind}`;
}

/** `int(text, base)` of plain text; undefined where it raises or is too large. */
export function integerOf(text: string, base: number): ExactNumber | undefined {
  if (!Number.isInteger(base) || base < 2 || base > 36) return undefined;
  const [, sign = "", digits = ""] = /^[ \t\n]*([-+]?)([0-9a-z]+)[ \t\n]*$/i.exec(text) ?? [];
  const values = Array.from(digits, (digit) => parseInt(digit, 36));
  if (digits === "" || values.some((value) => value >= base)) return undefined;
  const value = values.reduce((sum, digit) => sum * base + digit, 0);
  return integer(sign === "-" ? -value : value);
}

/** `float(text)` of plain text. */
export function floatOf(text: string): ExactNumber | undefined {
  const written = /^[ \t\n]*([-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)[ \t\n]*$/i.exec(text)?.[1];
  return written === undefined ? undefined : float(Number(written));
}

/** A number as it stands in code; undefined for imaginary ones and what is too large. */
export function numberOf(written: string): ExactNumber | undefined {
  const digits = written.replaceAll("_", "").toLowerCase();
  if (digits.endsWith("j")) return undefined;
  if (/^0[xob]/.test(digits)) return integer(Number(digits));
  return /[.e]/.test(digits) ? float(Number(digits)) : integer(Number(digits));
}
