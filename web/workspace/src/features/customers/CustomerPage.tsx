export const CustomerPage = () => null; 
