// Makes or uses a passkey of this device: the page holds what the server asks, the form carries what the device answers.
"use strict";

const form = document.getElementById("passkey");

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));

const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");

const read = (options) => ({
  ...options,
  challenge: bytes(options.challenge),
  ...(options.user && { user: { ...options.user, id: bytes(options.user.id) } }),
  ...Object.fromEntries(
    ["excludeCredentials", "allowCredentials"]
      .filter((name) => options[name])
      .map((name) => [name, options[name].map((one) => ({ ...one, id: bytes(one.id) }))]),
  ),
});

const written = (credential) => {
  const { response } = credential;
  const fields = ["attestationObject", "clientDataJSON", "authenticatorData", "signature", "userHandle"];
  return JSON.stringify({
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment,
    extensions: JSON.stringify(credential.getClientExtensionResults()),
    response: {
      ...Object.fromEntries(fields.filter((name) => response[name]).map((name) => [name, text(response[name])])),
      ...(response.getTransports && { transports: response.getTransports() }),
    },
  });
};

const show = (id) => {
  for (const name of ["failed", "unable"]) document.getElementById(name).hidden = name !== id;
};

const ask = async () => {
  if (!window.PublicKeyCredential) return show("unable");
  show("");
  const { make, use } = form.dataset;
  try {
    const credential = make
      ? await navigator.credentials.create({ publicKey: read(JSON.parse(make)) })
      : await navigator.credentials.get({ publicKey: read(JSON.parse(use)) });
    form.elements.credential.value = written(credential);
  } catch {
    return show("failed");
  }
  form.submit();
};

if (form) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask();
  });
  ask();
}
