/** An image of a kind that no viewer runs, as the bytes that its base64 stood for. */
export interface Raster {
  readonly mime: "image/png" | "image/jpeg";
  readonly extension: "png" | "jpg";
  readonly bytes: Buffer;
}

const KINDS = [
  { mime: "image/png", extension: "png", starts: [0x89, 0x50, 0x4e, 0x47] },
  { mime: "image/jpeg", extension: "jpg", starts: [0xff, 0xd8, 0xff] },
] as const;
const BASE64 = /^[A-Za-z0-9+/\s]*={0,2}\s*$/;

export function isRaster(mime: string): boolean {
  return KINDS.some((kind) => kind.mime === mime);
}

/** undefined where it is not what its type says, or where anything but base64 is in it: a viewer may take that for markup. */
export function rasterOf(mime: string, base64: string): Raster | undefined {
  const kind = KINDS.find((one) => one.mime === mime);
  if (kind === undefined || !BASE64.test(base64)) return undefined;
  const bytes = Buffer.from(base64, "base64");
  if (!kind.starts.every((byte, index) => bytes[index] === byte)) return undefined;
  return { mime: kind.mime, extension: kind.extension, bytes };
}
