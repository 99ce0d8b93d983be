/** Where to go within a question's form. */

/** The control that an answer begins with. */
export function firstControl(form) {
  return form.querySelector('textarea, input, select, [data-move]')
}

/** What a problem is said at: the group, or the one control. */
export function fieldOf(form) {
  return form.querySelector('fieldset') ?? firstControl(form)
}
