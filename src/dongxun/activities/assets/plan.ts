import "./plan.css";

/** Narrows the places of a list to those with the facilities ticked and enough seats. */
class Narrow extends HTMLElement {
  connectedCallback(): void {
    const list = document.getElementById(this.dataset["for"] ?? "");
    if (!(list instanceof HTMLSelectElement)) return;
    const all = [...list.options];
    this.hidden = false;
    this.addEventListener("input", () => {
      const wanted = [...this.querySelectorAll<HTMLInputElement>("input:checked")].map((one) => one.value);
      const seats = Number(this.querySelector<HTMLInputElement>("input[type=number]")?.value ?? 0);
      const fits = (one: HTMLOptionElement): boolean => {
        const has = (one.dataset["has"] ?? "").split(" ");
        return Number(one.dataset["seats"] ?? 0) >= seats && wanted.every((word) => has.includes(word));
      };
      const kept = all.filter((one) => one.value !== "" && fits(one));
      const chosen = list.value; // what is chosen stays, whether it fits or not
      list.replaceChildren(...all.filter((one) => one.value === "" || one.value === chosen || kept.includes(one)));
      list.value = chosen;
      const said = this.querySelector("[role=status]");
      if (said) said.textContent = (this.dataset["words"] ?? "").replace("{n}", String(kept.length));
    });
  }
}

customElements.define("dx-narrow", Narrow);
