/** The frame of all dialogs: the browser's own, which keeps the focus and closes with Esc. */

import { html, useEffect, useRef } from "../vendor/preact.js";
import { say } from "../wording/words.js";
import { IconButton } from "./rows.js";

export const Dialog = ({ ui, title = "", label = title, top = false, children }) => {
  const dialog = useRef(null);
  useEffect(() => {
    dialog.current.showModal();
    dialog.current.querySelector("[autofocus]")?.focus();
  }, []);
  const outside = (event) => event.target === dialog.current && ui.close();
  return html`<dialog ref=${dialog} class=${top ? "high" : ""} aria-label=${label} onClose=${ui.close} onCancel=${ui.close} onMouseDown=${outside}>
    ${title && html`<header><h2>${title}</h2><${IconButton} name="close" label=${say("close")} onClick=${ui.close} /></header>`}
    ${title ? html`<div class="dialog-body">${children}</div>` : children}
  </dialog>`;
};

/** Two or more things of which one is chosen. */
export const Choice = ({ legend, name, value, options, onChange }) => html`
  <fieldset>
    <legend>${legend}</legend>
    <div class="choice">
      ${options.map(([one, text]) => html`<label><input type="radio" name=${name} value=${one} checked=${one === value} onChange=${() => onChange(one)} />${text}</label>`)}
    </div>
  </fieldset>
`;

export const Switch = ({ label, hint, checked, onChange, disabled = false }) => html`
  <label class="check"><input type="checkbox" checked=${checked} disabled=${disabled} onChange=${(event) => onChange(event.target.checked)} />
    <span>${label}${hint && html`<small>${hint}</small>`}</span></label>
`;
