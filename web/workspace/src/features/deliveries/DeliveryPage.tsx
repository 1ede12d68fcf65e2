export const DeliveryPage = () => null; 
