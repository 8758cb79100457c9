/** As kfp makes a Kubernetes name: `Train_Model (v2)` is `train-model-v2`. */
export function kubernetesName(name: string): string {
  return dashed(name.toLowerCase().replace(/[^-0-9a-z]+/g, '-'));
}

/** As kfp makes the name of an output, which keeps capitals and underscores. */
export function outputName(step: string, output: string): string {
  return `${kubernetesName(step)}-${dashed(output.replace(/[^-_0-9A-Za-z]+/g, '-'))}`;
}

function dashed(name: string): string {
  return name.replace(/-+/g, '-').replace(/^-|-$/g, '');
}

/** Orders by code units, as kfp does, and not by a language's rules. */
export function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : Number(a.name > b.name);
}
