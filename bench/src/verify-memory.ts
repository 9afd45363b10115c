/** A process that verifies one log and prints the most memory it ever had, in MB; `audit-seal.ts` starts it. Arguments: path, key. */
import { verifyLog } from '@policy/audit'

const [path = '', vkey = ''] = process.argv.slice(2)
const { type, faults } = await verifyLog({ path, vkey })
if (type !== 'verified') throw new Error(JSON.stringify(faults))
console.log(process.resourceUsage().maxRSS / 1000)
