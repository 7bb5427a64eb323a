// Passkeys: the browser asks the device, the form carries its answer. Without scripts these buttons stay hidden.
"use strict";

(() => {
  const supported = window.PublicKeyCredential && window.webauthnJSON;

  const optionsOf = async (form) => {
    if (form.dataset.options) return JSON.parse(form.dataset.options);
    const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(`${answer.status}`);
    return (await answer.json()).request_options;
  };

  // A passkey that opens the desk alone is kept on the device and asks for its PIN or a fingerprint.
  const alone = (options, wanted) => {
    const how = options.publicKey.authenticatorSelection;
    how.residentKey = wanted ? "required" : "discouraged";
    how.requireResidentKey = wanted;
    if (wanted) how.userVerification = "required";
    return options;
  };

  const ask = async (form) => {
    const options = await optionsOf(form);
    if (form.dataset.passkey === "add") return webauthnJSON.create(alone(options, form.elements.passwordless.checked));
    return webauthnJSON.get(options);
  };

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    if (!supported) continue;
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const failed = form.querySelector("[data-failed]");
      failed.hidden = true;
      try {
        form.elements.credential.value = JSON.stringify(await ask(form));
        form.submit();
      } catch {
        failed.hidden = false;
      }
    });
  }
  const missing = document.querySelector("[data-no-passkeys]");
  if (missing && supported) missing.hidden = true;
})();
