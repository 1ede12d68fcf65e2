export const PickChannel = () => null; 
