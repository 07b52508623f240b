/** Paths of a component's own lock and of its lock on one batch: the existing components have the same. */
export const sboiLockPath = (component: string) => `/SBOI/${component}`;
export const batchLockPath = (component: string, id: string) => `/${component}/${id}`;
