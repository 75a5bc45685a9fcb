/** The name under which the secret storage keeps a Jupyter server's token: it belongs to one origin and is sent to no other. */
export function gatewayTokenName(url: string): string {
  return `gateway-token:${new URL(url).origin}`;
}
