import { startKnowledgeCheck } from '../components/knowledge-check/knowledge-check.mjs'

for (const check of document.querySelectorAll('[data-module="knowledge-check"]')) startKnowledgeCheck(check)
