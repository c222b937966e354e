/** Correct servers of many dialects by flags alone: nothing is accused, and what can be decided is. */
import { checkDialects } from './check.js';

checkDialects('flags');
