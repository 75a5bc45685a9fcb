const ELSEWHERE = "The framework's own runtime reads this; here it has no meaning";
const LATER = "This version does not act on it";

/** Keys that are accepted and change nothing, with the reason that is said. */
export const IGNORED: Readonly<Record<string, string>> = {
  "approval.capabilities.plan": `${LATER}: plans are not approved yet.`,
  "approval.capabilities.deployment": `${LATER}: deployments are not approved yet.`,
  "framework.execution.python_env_path": `${ELSEWHERE}: the local method makes its own environment.`,
  "framework.execution.code_generator": `${ELSEWHERE}: the connected model writes the code.`,
  "framework.services": `${LATER}.`,
  "framework.models": `${ELSEWHERE}: use "Countersign: Connect Model…".`,
  services: `${LATER}.`,
  applications: `${LATER}.`,
  execution: `${ELSEWHERE}: write it under framework.execution.`,
  import: "Files are not imported: everything that counts stands in this file.",
  ...Object.fromEntries(
    [
      "agent_control_defaults",
      "api",
      "archiver",
      "build_dir",
      "cli",
      "container_runtime",
      "control_system",
      "deployment",
      "development",
      "execution_control",
      "file_paths",
      "logging",
      "models",
      "pipeline",
      "project_name",
      "project_root",
      "python_executor",
      "registry_path",
      "session",
      "system",
    ].map((name) => [name, `${ELSEWHERE}.`]),
  ),
};
