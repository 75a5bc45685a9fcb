import { randomBytes } from "node:crypto";
import * as vscode from "vscode";

/** The panel's empty page: nothing but our own script and style may load, and nothing inline may run. */
export function panelHtml(webview: vscode.Webview, extensionUri: vscode.Uri, token: string): string {
  const nonce = randomBytes(16).toString("base64");
  const asset = (name: string) =>
    webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, "dist", "webviews", name)).toString();
  const policy = `default-src 'none'; style-src ${webview.cspSource}; script-src 'nonce-${nonce}'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<link rel="stylesheet" href="${asset("approval-panel.css")}">
<title>Approval</title>
</head>
<body data-token="${token}">
<div id="root"></div>
<script nonce="${nonce}" src="${asset("approval-panel.js")}"></script>
</body>
</html>`;
}
