import { expect, it } from "vitest"
import { formsOf } from "./forms.js"

it("reads the controls of a form as a browser would send them", () => {
  const [form, ...others] = formsOf(`<p>before</p>
    <form method="post" action="/go?a=1&amp;b=2">
      <input type="hidden" name="token" value="a&quot;b&#60;c">
      <input name="shop" required><input type="tel" name="phone" placeholder="+1">
      <label><input type="checkbox" name="scope" value="read" checked> read</label>
      <label><input type="checkbox" name="scope" value="write"> write</label>
      <input type="radio" name="account" value="1" checked><input type="radio" name="account" value="2">
      <select name="region"><option value="eu">EU</option><option value="us" selected>US</option></select>
      <button type="submit" name="decision" value="allow">Allow</button><button name="decision" value="deny">Deny</button>
      <button>nameless</button>
    </form>`)
  expect(others).toEqual([])
  expect(form).toEqual({
    action: "/go?a=1&b=2",
    method: "POST",
    controls: [
      { name: "token", type: "hidden", value: 'a"b<c', isRequired: false },
      { name: "shop", type: "text", value: "", isRequired: true },
      { name: "phone", type: "tel", value: "", isRequired: false },
      { name: "scope", type: "checkbox", value: "read", isRequired: false },
      { name: "scope", type: "checkbox", value: undefined, isRequired: false },
      { name: "account", type: "radio", value: "1", isRequired: false },
      { name: "account", type: "radio", value: undefined, isRequired: false },
      { name: "region", type: "select", value: "us", isRequired: false },
      { name: "decision", type: "submit", value: "allow", isRequired: false },
      { name: "decision", type: "submit", value: "deny", isRequired: false },
    ],
  })
})
