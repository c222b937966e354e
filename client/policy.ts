/** How long a client waits for what may never come. Whoever runs plans owns one, and hands it to each of them. */
export class Policy {
  /** Whether a resource that is not found is asked for again; once that is known to be in vain, it need not be. */
  patient = true;
  /** Whether answers are waited for, and in-flight refusals asked again, as long as may be: until a request had no answer. */
  hopeful = true;
}
