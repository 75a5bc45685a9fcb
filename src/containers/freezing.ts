const TRIES = 4;
const GAVE_UP = /unable to freeze/i;

/**
 * Freezes a container's processes. Under load, or where they keep starting others, runc (1.1) gives up on that; another try
 * finds fewer of them awake. @throws what `freeze` throws for any other reason, or at last
 */
export async function untilFrozen(freeze: () => Promise<unknown>): Promise<void> {
  for (let left = TRIES - 1; ; left -= 1) {
    try {
      await freeze();
      return;
    } catch (error) {
      if (left === 0 || !GAVE_UP.test(String(error))) throw error;
    }
  }
}
