import { faults, appliesTo } from './reference/faults/index.js';
import { loadContract } from './contracts/load.js';
const l = loadContract(process.argv[2]);
console.log(faults.filter(f=>f.kind==='fault'&&appliesTo(f,l)).map(f=>`${f.name}(${f.breaks})`).join(' '));
