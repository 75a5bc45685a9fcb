/** What a person reads before Python may run without isolation. */
export function localOffer(engineIsMissing: boolean): string {
  const instead = "Python can run in a virtual environment on this computer instead of in a container.";
  return [
    engineIsMissing ? `No container engine answers. ${instead}` : `A container engine answers. ${instead}`,
    "",
    "▲ The code has your own rights: it can read and change every file that you can, and reach every network that you can.",
    "▲ Nothing can undo what it did.",
    "▲ This is your own user setting: it holds in all your workspaces, except where a configuration file asks for containers.",
    "• Every run asks for your approval, whatever the policy says.",
    "• Code in which a write to a control system is recognised is refused. A write that is not recognised is not held back.",
    "",
    "You can take this back in the setting countersign.execution.method.",
  ].join("\n");
}
