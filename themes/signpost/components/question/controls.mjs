/** Parts of a question's form. */
import { partOf } from '../record/views.mjs'

/** The control that an answer begins with. */
export function firstControl(form) {
  return form.querySelector('textarea, input, select, [data-move]')
}

/** What a problem is said at: the group, or the one control. */
export function fieldOf(form) {
  return form.querySelector('fieldset') ?? firstControl(form)
}

/** Takes the answer out of sight: from now on it is said when somebody has answered. */
export function hideAnswer(form) {
  const answer = partOf(form, 'answer')
  if (answer) answer.hidden = true
}
