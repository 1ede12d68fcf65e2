export const NewInbox = () => null; 
