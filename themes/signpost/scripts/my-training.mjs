import { MyTrainingPage } from '../components/my-training/my-training-page.mjs'

// Only while a script runs for the first time does it know its own element.
const siteRoot = document.currentScript.dataset.root
const trainingRoot = document.querySelector('[data-module="my-training"]')
if (trainingRoot) new MyTrainingPage(trainingRoot, { siteRoot })
