/** The kernel or the way to it is gone. Who asked the engine knows more. */
export class KernelLost extends Error {
  override readonly name = "KernelLost";
  readonly what: "kernel" | "connection" | "frame-too-large";

  constructor(what: "kernel" | "connection" | "frame-too-large") {
    super(what === "kernel" ? "The kernel died." : "The connection to the kernel broke.");
    this.what = what;
  }
}
