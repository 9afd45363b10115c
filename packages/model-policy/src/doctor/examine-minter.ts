import type { Workspace } from '../workspace/open-workspace.ts'
import type { Diagnosis } from './diagnosis.ts'
import { ownWorkflows, runs, textsUsedBy } from './workflow-texts.ts'

const about = 'minter'

/** Whether the workflow that mints and the key that it mints with go together, and whether the policy's label starts it. */
export async function examineMinter(
  { repository: { top }, keyRecords, policy }: Workspace,
  now: number,
): Promise<Diagnosis[]> {
  const ours = await ownWorkflows(top)
  const minting = [...ours, ...(await textsUsedBy(top, ours))].find((file) => runs('mint', file))
  const minters = keyRecords.filter(({ role, revokedAt }) => role === 'minter' && revokedAt === undefined)
  const standing = minters.filter(({ notAfter }) => notAfter === undefined || Date.parse(notAfter) > now)
  if (minting === undefined) {
    if (standing.length === 0) return []
    const saw = `keys.json names ${standing.map(({ subject }) => subject).join(', ')} as a minter, and no workflow mints`
    const fix = `model-policy init --workflow, or, where nobody mints by hand: model-policy keys revoke ${standing[0]?.kid}`
    return [{ level: 'warning', about, saw, fix }]
  }
  const { label } = policy.document.escalation.approvers
  const found: Diagnosis[] = []
  if (standing.length === 0) {
    const which = minters.length === 0 ? 'no key' : 'only a key that has expired'
    const saw = `${minting.path} mints, and keys.json names ${which} for it: an approval by label ends there`
    const fix =
      'model-policy keys generate --role minter --subject ci:mint, then model-policy policy sign; the file that it made goes into the secret MODEL_POLICY_MINTER_KEY of the environment model-policy-mint'
    found.push({ level: 'warning', about, saw, fix })
  }
  if (minting.text.includes('github.event.label.name') && !minting.text.includes(`'${label}'`)) {
    const saw = `${minting.path} does not start for the policy's label ${label}`
    found.push({ level: 'warning', about, saw, fix: 'model-policy init --replace writes it for that label' })
  }
  return found.length > 0
    ? found
    : [{ level: 'ok', about, saw: `${minting.path}, with a key of ${standing[0]?.subject}` }]
}
