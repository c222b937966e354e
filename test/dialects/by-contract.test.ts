/** Correct servers of many dialects by what their documentation says: nothing is accused, and what can be decided is. */
import { checkDialects } from './check.js';

checkDialects('contract');
