import { describe, expect, it } from "vitest";
import { downloadAddress, extraCaFile } from "../../machine/build-settings.ts";

describe("what builds on this machine need", () => {
  it("takes the first CA file that exists, pip's own before others", () => {
    const files = { PIP_CERT: "/nowhere.pem", SSL_CERT_FILE: import.meta.filename };
    expect(extraCaFile(files)).toBe(import.meta.filename);
    expect(extraCaFile({ ...files, PIP_CERT: import.meta.dirname })).toBe(import.meta.dirname);
    expect(extraCaFile({})).toBeNull();
  });

  it("tries the proxy where there is one, else the package index", () => {
    expect(downloadAddress({})).toEqual({ host: "pypi.org", port: 443 });
    expect(downloadAddress({ PIP_INDEX_URL: "http://index.example/simple" })).toEqual({
      host: "index.example",
      port: 80,
    });
    const proxied = { HTTPS_PROXY: "http://proxy.example:3128", PIP_INDEX_URL: "https://index.example/" };
    expect(downloadAddress(proxied)).toEqual({ host: "proxy.example", port: 3128 });
  });
});
