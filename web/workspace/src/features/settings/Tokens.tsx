export const Tokens = () => null; 
