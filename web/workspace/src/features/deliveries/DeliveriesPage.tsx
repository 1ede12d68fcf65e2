export const DeliveriesPage = () => null; 
