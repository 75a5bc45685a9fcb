import { randomUUID } from "node:crypto";
import type { Sha256 } from "./actions.ts";
import type { RequestId, ShownProof } from "./decisions.ts";

/** Proofs not yet spent, in this process's memory only: a proof cannot be stored, guessed, copied from a log or used twice. */
export class Proofs {
  private readonly minted = new Map<string, ShownProof>();

  mint(requestId: RequestId, hash: Sha256): ShownProof {
    const proof = { requestId, hash, nonce: randomUUID() };
    this.minted.set(proof.nonce, proof);
    return proof;
  }

  /** True once for a proof minted here for this request and this hash. A wrong proof is spent as well. */
  spend(proof: ShownProof, requestId: RequestId, hash: Sha256): boolean {
    const minted = this.minted.get(proof.nonce);
    this.minted.delete(proof.nonce);
    return minted?.requestId === requestId && minted.hash === hash && proof.hash === hash;
  }

  /** Decided: what was shown of it proves nothing any more. */
  forget(requestId: RequestId): void {
    for (const [nonce, proof] of this.minted) if (proof.requestId === requestId) this.minted.delete(nonce);
  }
}
