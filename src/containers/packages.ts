/** A package of an image, exactly: one wheel. */
export interface PinnedPackage {
  /** In the packaging guide's normal form: lower case, hyphens. */
  readonly name: string;
  readonly version: string;
  /** SHA-256 of the wheel, hexadecimal. */
  readonly sha256: string;
}

/** The payload of the action kind `image-packages`. */
export interface ImagePackagesAction {
  /** As a person asked for them: `scipy`, `scikit-learn>=1.5`. */
  readonly wanted: readonly string[];
  /** Those, and what they need beside what the image has. */
  readonly packages: readonly PinnedPackage[];
}

export const IMAGE_PACKAGES = "image-packages";
export const IMAGE_PACKAGES_VERSION = 1;

const VERSION_BOUND = String.raw`(?:==|~=|>=|<=|!=|<|>) ?[\w.*+!]+`;
const REQUIREMENT = new RegExp(
  String.raw`^([A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)(?:\[[\w,.-]+\])? ?(?:${VERSION_BOUND}(?: ?, ?${VERSION_BOUND})*)?$`,
);
const PINNED = /^([A-Za-z0-9][\w.-]*)==([\w.+!]+) --hash=sha256:([0-9a-f]{64})$/;

/** The package of a requirement, in normal form; undefined where it is none: addresses, paths and options are not. */
export function packageOf(requirement: string): string | undefined {
  const [, name] = REQUIREMENT.exec(requirement) ?? [];
  return name === undefined ? undefined : normalName(name);
}

/** The Python packaging guide's normal form, for comparing. */
export function normalName(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, "-");
}

/** One requirement a line, pinned by hash, as pip reads it. */
export function requirementsText(packages: readonly PinnedPackage[]): string {
  return packages
    .map(({ name, version, sha256 }) => `${name}==${version} --hash=sha256:${sha256}\n`)
    .join("");
}

/** @throws TypeError naming the first line that is no pinned requirement */
export function parseRequirements(text: string): readonly PinnedPackage[] {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return lines.map((line) => {
    const [, name, version, sha256] = PINNED.exec(line.trim()) ?? [];
    if (name === undefined || version === undefined || sha256 === undefined)
      throw new TypeError(`“${line.slice(0, 80)}” is no pinned requirement`);
    return { name: normalName(name), version, sha256 };
  });
}

/** What packages of the index are called where their module has another name. */
const PACKAGE_OF_MODULE: Readonly<Record<string, string>> = {
  Bio: "biopython",
  PIL: "pillow",
  bs4: "beautifulsoup4",
  cv2: "opencv-python-headless",
  dateutil: "python-dateutil",
  docx: "python-docx",
  fitz: "pymupdf",
  git: "gitpython",
  OpenSSL: "pyopenssl",
  serial: "pyserial",
  skimage: "scikit-image",
  sklearn: "scikit-learn",
  tables: "tables",
  yaml: "pyyaml",
  zmq: "pyzmq",
};

/** The package that most likely brings a module. */
export function packageOfModule(module: string): string {
  return PACKAGE_OF_MODULE[module] ?? normalName(module);
}
