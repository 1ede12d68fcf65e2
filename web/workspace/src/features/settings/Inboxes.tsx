export const Inboxes = () => null; 
