export const InboxSettings = () => null; 
