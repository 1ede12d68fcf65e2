export const Agents = () => null; 
