/** The locks of a component, as the existing ones have them. */
export const lookingLock = (component: string) => `/SBOI/${component}`;
export const batchLock = (component: string, id: string) => `/${component}/${id}`;
