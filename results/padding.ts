/** How long bodies are kept: reports read nothing but results, and take it from here. */
export { PADDING, unfolded } from '../contracts/padding.js';
