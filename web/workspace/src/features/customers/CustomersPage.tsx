export const CustomersPage = () => null; 
