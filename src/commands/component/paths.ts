/** The locks of a component, as the existing ones have them. */
export const sboiLock = (component: string) => `/SBOI/${component}`;
export const batchLock = (component: string, id: string) => `/${component}/${id}`;
